<?php
// src/preload.h: include/cartwheel.h without comments and preprocessor lines, as PHP's FFI reads it, behind the two lines that ffi.preload in
// php.ini needs. A test compares it with what this prints.
//   php bindings/php/make_header.php > bindings/php/src/preload.h
$text = file_get_contents(__DIR__ . '/../../include/cartwheel.h');
$text = preg_replace('~/\*.*?\*/~s', '', $text);
$text = preg_replace('~^extern "C" \{$~m', '', preg_replace('~^#.*$~m', '', $text));
$text = preg_replace('~^\}$~m', '', $text);
echo "#define FFI_SCOPE \"CARTWHEEL\"\n#define FFI_LIB \"libcartwheel.so.1\"\n";
echo trim(preg_replace("~\n\s*\n+~", "\n", preg_replace('~[ \t]+$~m', '', $text))), "\n";
