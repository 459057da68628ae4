<?php
declare(strict_types=1);

namespace Cartwheel;

/** Thrown by a channel's function of which surely nothing left: its messages wait again, and none is lost. With cURL: errors 6 and 7. */
final class NotSent extends \RuntimeException
{
    private const NEVER_CONNECTED = [6, 7];  // CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT

    /** Throws when this cURL handle never had a connection: call it after curl_exec answered false. */
    public static function fromCurl(\CurlHandle $handle): void
    {
        if (in_array(curl_errno($handle), self::NEVER_CONNECTED, true)) {
            throw new self(curl_error($handle), curl_errno($handle));
        }
    }
}
