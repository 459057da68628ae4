<?php
declare(strict_types=1);

namespace Cartwheel;

final class Ingested
{
    /**
     * @param list<array{record: int, id: string, code: string, message: string}> $rejected
     * @param list<array{record: int, id: string, code: string, field: string, value: string, expected: string}> $warnings of accepted events
     */
    public function __construct(public readonly int $accepted, public readonly array $rejected, public readonly array $warnings)
    {
    }
}
