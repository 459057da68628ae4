<?php
declare(strict_types=1);

namespace Cartwheel;

use DateTimeInterface;

/**
 * What people of this language hand in, as the JSON and the milliseconds of cartwheel.h. What cannot be sent is an Error that says where it is. Text in
 * another encoding than UTF-8 is taken for Latin-1, as old shops have it.
 */
final class Values
{
    private const FLAGS = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
    private const DEPTH = 64;
    private const SLICE = 10_000;  // events of one call, of an iterable of any length
    /** The fields of an event that are maps, so that [] is one. */
    private const MAPS = ['properties', 'context', 'traits', 'attributes'];

    /** Milliseconds since 1970 UTC; 0 for null. The engine judges whether it can be a now. */
    public static function ms(int|float|DateTimeInterface|null $time): int
    {
        if ($time instanceof DateTimeInterface) {
            return (int) $time->format('Uv');
        }
        if ($time === null) {
            return 0;
        }
        if (is_float($time) && (!is_finite($time) || abs($time) >= 2 ** 53)) {
            throw new Error(Error::INVALID, sprintf('now is %s: expected milliseconds since 1970 UTC, or a DateTimeInterface', $time));
        }
        if ((int) $time === 0) {
            throw new Error(Error::INVALID, 'now is 0: expected milliseconds since 1970 UTC, and null for the engine\'s clock');
        }
        return (int) $time;
    }

    public static function atLeast(int $least, int $value, string $name): int
    {
        return $value >= $least ? $value : throw new Error(Error::INVALID, "$name is $value: expected at least $least");
    }

    /**
     * Of one event, an iterable of any length with whatever keys, or JSON: so many as one call takes, by the number of the first.
     * @return iterable<int, string>
     */
    public static function slices(string|iterable $events): iterable
    {
        if (is_string($events)) {
            return [$events];
        }
        return is_array($events) && (count($events) <= self::SLICE || isset($events['type'])) ? [self::events($events, 0)] : self::sliced($events);
    }

    /** @return \Generator<int, string> */
    private static function sliced(iterable $events): \Generator
    {
        $begin = 0;
        $some = [];
        foreach ($events as $event) {
            $some[] = $event;
            if (count($some) === self::SLICE) {
                yield $begin => self::events($some, $begin);
                $begin += self::SLICE;
                $some = [];
            }
        }
        if ($some !== [] || $begin === 0) {
            yield $begin => self::events($some, $begin);
        }
    }

    /** One event, or a list of them with whatever keys. */
    private static function events(array $listed, int $begin): string
    {
        if (isset($listed['type']) || array_is_list($listed)) {
            $text = self::quickly($listed);
            if ($text !== null) {
                return $text;
            }
        }
        if ($listed !== [] && (isset($listed['type']) || isset($listed['event']) || !is_array(reset($listed)))) {
            return self::encode(self::event($listed, 'event'));
        }
        $list = [];
        foreach (array_values($listed) as $place => $event) {
            $where = sprintf('event[%d]', $begin + $place);
            $list[] = is_array($event) ? self::event($event, $where) : self::plain($event, $where, 0);
        }
        return self::encode($list);
    }

    /** A list of whatever keys. */
    public static function list(iterable $values, string $what): string
    {
        $list = is_array($values) ? $values : iterator_to_array($values, false);
        if (isset($list['id']) || isset($list['outcome'])) {
            throw new Error(Error::INVALID, "$what: expected a list of outcomes, and not one of them");
        }
        return self::encode(array_values(array_map(static fn ($each) => self::plain($each, $what, 0), $list)));
    }

    /** @return list<mixed> the same as JSON holds them */
    public static function outcomes(array $values): array
    {
        return json_decode(self::list($values, 'outcomes'), true, flags: JSON_THROW_ON_ERROR);
    }

    /** A map: [] is an empty one. */
    public static function map(array $values, string $what): string
    {
        return self::encode((object) self::plain($values, $what, 0));
    }

    /** JSON of what json_encode takes as it is meant; null: it must be looked at closely (an empty map, a time, an object, text that is not UTF-8). */
    private static function quickly(array $value): ?string
    {
        $text = self::encoded($value);
        return $text === false || str_contains($text, '[]') || str_contains($text, '{}') || str_contains($text, '"timezone_type"') ? null : $text;
    }

    private static function event(array $event, string $where): object
    {
        foreach ($event as $name => $value) {
            $plain = self::plain($value, "$where.$name", 0);
            $event[$name] = $plain === [] && in_array($name, self::MAPS, true) ? new \stdClass() : $plain;
        }
        return (object) $event;
    }

    private static function plain(mixed $value, string $where, int $depth): mixed
    {
        if ($depth > self::DEPTH) {
            throw new Error(Error::INVALID, "$where: nested too deeply, or contains itself");
        }
        if (is_string($value)) {
            return preg_match('//u', $value) === 1 ? $value : self::fromLatin1($value);
        }
        if (is_float($value) && !is_finite($value)) {
            throw new Error(Error::INVALID, sprintf('%s is %s: expected a number that JSON can hold', $where, $value));
        }
        if (is_array($value)) {
            foreach ($value as $key => $each) {
                $value[$key] = self::plain($each, is_int($key) ? "{$where}[$key]" : "$where.$key", $depth + 1);
            }
            return $value;
        }
        if ($value instanceof DateTimeInterface) {
            return $value->format('Y-m-d\TH:i:s.vP');
        }
        if ($value instanceof \BackedEnum) {
            return $value->value;
        }
        if ($value instanceof \JsonSerializable) {
            return self::plain($value->jsonSerialize(), $where, $depth + 1);
        }
        if ($value instanceof \Stringable) {
            return self::plain((string) $value, $where, $depth + 1);
        }
        if ($value instanceof \stdClass) {
            return (object) self::plain((array) $value, $where, $depth + 1);
        }
        if (is_object($value) || is_resource($value)) {
            throw new Error(Error::INVALID, sprintf('%s is a %s: expected text, a number, true or false, an array or a DateTimeInterface', $where, get_debug_type($value)));
        }
        return $value;
    }

    private static function fromLatin1(string $text): string
    {
        return preg_replace_callback('/[\x80-\xff]/', static fn (array $byte): string => chr(0xc0 | ord($byte[0]) >> 6) . chr(0x80 | ord($byte[0]) & 0x3f), $text);
    }

    /** Numbers are written as the shortest text that reads back the same. */
    private static function encoded(mixed $value): string|false
    {
        $precision = ini_get('serialize_precision');
        if ($precision === '-1') {
            return json_encode($value, self::FLAGS);
        }
        ini_set('serialize_precision', '-1');
        $text = json_encode($value, self::FLAGS);
        ini_set('serialize_precision', $precision);
        return $text;
    }

    private static function encode(mixed $value): string
    {
        $text = self::encoded($value);
        return $text !== false ? $text : throw new Error(Error::INVALID, 'cannot be written as JSON: ' . json_last_error_msg());
    }
}
