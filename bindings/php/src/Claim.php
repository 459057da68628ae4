<?php
declare(strict_types=1);

namespace Cartwheel;

final class Claim
{
    /**
     * $behind: too many events are not folded, so no advertisement is handed out. $heldBack: messages that wait for the next advance.
     * @param list<array<string, mixed>> $messages as cartwheel.h describes them
     */
    public function __construct(public readonly array $messages, public readonly bool $behind, public readonly int $heldBack)
    {
    }
}
