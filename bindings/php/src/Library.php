<?php
declare(strict_types=1);

namespace Cartwheel;

use FFI;

/** Finds and opens libcartwheel, once a process, and refuses one of another ABI. */
final class Library
{
    public const ABI_VERSION = 1;
    private const NAME = 'libcartwheel.so.1';
    private const SCOPE = 'CARTWHEEL';

    private static ?FFI $ffi = null;

    public static function ffi(): FFI
    {
        return self::$ffi ??= self::open();
    }

    public static function path(): string
    {
        $named = getenv('CARTWHEEL_LIBRARY');
        if ($named !== false && $named !== '') {
            return $named;
        }
        $beside = dirname(__DIR__) . '/lib/' . self::NAME;
        return is_file($beside) ? $beside : self::NAME;
    }

    /** preload.h without its two lines for ffi.preload, which FFI::cdef does not know. */
    private static function header(): string
    {
        return preg_replace('~^#.*$~m', '', file_get_contents(__DIR__ . '/preload.h'));
    }

    private static function open(): FFI
    {
        if (!extension_loaded('ffi')) {
            throw new Error(Error::INVALID, 'PHP\'s FFI extension is not loaded: install it (Debian: php-common) and set extension=ffi');
        }
        try {
            $ffi = FFI::scope(self::SCOPE);
        } catch (\FFI\Exception) {
            $ffi = self::define();
        }
        $found = $ffi->cartwheel_abi_version();
        if ($found !== self::ABI_VERSION) {
            throw new Error(Error::INVALID, sprintf('%s has ABI %d, this package needs ABI %d: install versions that belong together', self::path(), $found, self::ABI_VERSION));
        }
        return $ffi;
    }

    private static function define(): FFI
    {
        try {
            return FFI::cdef(self::header(), self::path());
        } catch (\FFI\Exception $exception) {
            if (str_contains($exception->getMessage(), 'restricted')) {
                throw new Error(Error::INVALID, 'PHP\'s FFI is off for web requests: set ffi.enable=true in php.ini, or ffi.preload to the preload.h beside Library.php');
            }
            throw new Error(Error::INVALID, sprintf('libcartwheel was not found: install it, or set CARTWHEEL_LIBRARY to its path (%s)', $exception->getMessage()));
        }
    }
}
