<?php
declare(strict_types=1);

namespace Cartwheel;

final class Advanced
{
    /** $nextDueMs: nothing will happen before it by itself; 0: nothing is planned. $more: call again at once. */
    public function __construct(
        public readonly int $events,
        public readonly int $duplicates,
        public readonly int $refused,
        public readonly int $alarms,
        public readonly int $enrolments,
        public readonly int $messages,
        public readonly int $exits,
        public readonly int $nextDueMs,
        public readonly bool $more,
    ) {
    }
}
