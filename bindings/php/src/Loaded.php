<?php
declare(strict_types=1);

namespace Cartwheel;

final class Loaded
{
    /** $note: why the playbook was not taken, though nothing is wrong with it; empty: it was. */
    public function __construct(public readonly int $revision, public readonly string $note)
    {
    }
}
