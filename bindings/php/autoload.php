<?php
// For shops without Composer: require this file.
spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Cartwheel\\')) {
        require __DIR__ . '/src/' . substr($class, strlen('Cartwheel\\')) . '.php';
    }
});
