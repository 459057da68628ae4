<?php
declare(strict_types=1);

namespace Cartwheel;

final class Settled
{
    public function __construct(public readonly int $settled, public readonly int $late, public readonly int $unknown)
    {
    }
}
