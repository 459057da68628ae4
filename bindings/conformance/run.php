<?php
// Runs conformance cases (README.md) in PHP: run.php CASE.json > transcript
declare(strict_types=1);

require __DIR__ . '/../php/autoload.php';

use Cartwheel\Engine;
use Cartwheel\Error;

function answer(Engine $engine, array $step): array|string|null
{
    $given = $step['input'] ?? null;
    $now = $step['now'] ?? null;
    switch ($step['verb']) {
        case 'load':
            return (array) $engine->load($given);
        case 'ingest':
            return (array) $engine->ingest($given, now: $now);
        case 'advance':
            $done = $engine->advance($now);
            return [
                'events' => $done->events, 'duplicates' => $done->duplicates, 'refused' => $done->refused, 'alarms' => $done->alarms,
                'enrolments' => $done->enrolments, 'messages' => $done->messages, 'exits' => $done->exits,
                'next_due_ms' => $done->nextDueMs, 'more' => $done->more,
            ];
        case 'claim':
            $claim = $engine->claim($step['channel'], $step['max'] ?? 100, idempotencyMs: $step['idempotency_ms'] ?? 0, now: $now, outcomes: $step['input'] ?? []);
            return ['messages' => $claim->messages, 'settled' => $claim->settled, 'behind' => $claim->behind, 'held_back' => $claim->heldBack];
        case 'settle':
            return (array) $engine->settle($given, $now);
        case 'set_clock':
            $engine->setClock($now);
            return null;
        case 'hold':
            $engine->hold(...$given);
            return null;
        case 'worker_turn':
            return $engine->turn($given);
        default:
            return $engine->query(...$given);
    }
}

$case = json_decode(file_get_contents($argv[1]), true, flags: JSON_THROW_ON_ERROR);
$engine = new Engine(':memory:', $case['options'] ?? []);
foreach ($case['steps'] as $step) {
    try {
        $told = [$step['verb'] => answer($engine, $step)];
    } catch (Error $error) {
        $told = ['error' => ['code' => $error->getCode(), 'message' => $error->getMessage()]];
    }
    echo str_replace('{}', '[]', json_encode($told, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_LINE_TERMINATORS)), "\n";
}
