<?php
// src/preload.h: include/cartwheel.h without comments and preprocessor lines, as PHP's FFI reads it, after the two lines that ffi.preload in
// php.ini needs; src/adapters.h: the same of include/cartwheel_adapters.h. Tests compare them with what this prints.
//   php bindings/php/make_header.php > bindings/php/src/preload.h
//   php bindings/php/make_header.php adapters > bindings/php/src/adapters.h
[$header, $scope, $library] = ($argv[1] ?? '') === 'adapters'
    ? ['cartwheel_adapters.h', 'CARTWHEEL_ADAPTERS', 'libcartwheel_channels.so.1']
    : ['cartwheel.h', 'CARTWHEEL', 'libcartwheel.so.1'];
$text = file_get_contents(__DIR__ . '/../../include/' . $header);
$text = preg_replace('~/\*.*?\*/~s', '', $text);
$text = preg_replace('~^extern "C" \{$~m', '', preg_replace('~^#.*$~m', '', $text));
$text = preg_replace('~^\}$~m', '', $text);
echo "#define FFI_SCOPE \"$scope\"\n#define FFI_LIB \"$library\"\n";
echo trim(preg_replace("~\n\s*\n+~", "\n", preg_replace('~[ \t]+$~m', '', $text))), "\n";
