<?php
declare(strict_types=1);

namespace Cartwheel;

/** Any call that failed: getCode() is one of these, the message is one line. */
final class Error extends \RuntimeException
{
    public const INVALID = -1;
    public const MISUSE = -2;
    public const BUSY = -3;
    public const LEASE_LOST = -4;
    public const FULL = -5;
    public const NOT_FOUND = -6;
    public const BROKEN = -7;
    public const INTERNAL = -8;

    public function __construct(int $code, string $message)
    {
        parent::__construct($message, $code);
    }
}
