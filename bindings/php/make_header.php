<?php
// include/cartwheel.h without comments and preprocessor lines, as PHP's FFI reads it: src/cartwheel.h, and src/preload.h for ffi.preload in
// php.ini, which has two lines more. A test compares both with what this prints.
//   php bindings/php/make_header.php > bindings/php/src/cartwheel.h
//   php bindings/php/make_header.php preload > bindings/php/src/preload.h
$text = file_get_contents(__DIR__ . '/../../include/cartwheel.h');
$text = preg_replace('~/\*.*?\*/~s', '', $text);
$text = preg_replace('~^extern "C" \{$~m', '', preg_replace('~^#.*$~m', '', $text));
$text = preg_replace('~^\}$~m', '', $text);
if (($argv[1] ?? '') === 'preload') {
    echo "#define FFI_SCOPE \"CARTWHEEL\"\n#define FFI_LIB \"libcartwheel.so.1\"\n";
}
echo trim(preg_replace("~\n\s*\n+~", "\n", preg_replace('~[ \t]+$~m', '', $text))), "\n";
