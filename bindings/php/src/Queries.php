<?php
declare(strict_types=1);

namespace Cartwheel;

use DateTimeInterface;

/** The queries as functions: why(customer: 'kim') is query('why', customer: 'kim'). What a function is not given is left out of the request. */
trait Queries
{
    abstract public function query(string $query, string|int|DateTimeInterface ...$request): array|string;

    /** @return array<string, mixed> what is known */
    public function customer(string|int|null $customer = null, string|int|null $anonymous_id = null): array
    {
        return $this->ask('customer', get_defined_vars());
    }

    /** @return array{customer: string, decisions: list<array<string, mixed>>} every decision taken, and its reason */
    public function why(string|int|null $customer = null, string|int|null $anonymous_id = null): array
    {
        return $this->ask('why', get_defined_vars());
    }

    /** @return array<string, mixed> everything, as it would be handed out by law */
    public function export(string|int|null $customer = null, string|int|null $anonymous_id = null): array
    {
        return $this->ask('export', get_defined_vars());
    }

    /** @return array<string, mixed> what a template says to that customer, or to a made-up one */
    public function preview(string $template, string|int|null $customer = null, string|int|null $anonymous_id = null, ?string $playbook = null): array
    {
        return $this->ask('preview', get_defined_vars());
    }

    /** @return array<string, mixed> what came of the journeys */
    public function report(): array
    {
        return $this->ask('report', []);
    }

    /** @return array<string, mixed> how many may be reached by medium and scope, and why not; with a customer: the state in force, and the ledger */
    public function consent(string|int|null $customer = null, ?int $after = null, ?int $limit = null): array
    {
        return $this->ask('consent', get_defined_vars());
    }

    /** @return array<string, mixed> whether a page may ask the customer's device for push permission now */
    public function prompt(string|int|null $customer = null, ?string $value_moment = null): array
    {
        return $this->ask('prompt', get_defined_vars());
    }

    /** @return array<string, mixed> the addresses that get no message, why, and since when */
    public function suppressions(?int $after = null, ?int $limit = null): array
    {
        return $this->ask('suppressions', get_defined_vars());
    }

    /** @return array<string, mixed> who was erased, when, and since when the bytes are gone from the file */
    public function erasures(string|int|null $customer = null, string|int|null $anonymous_id = null, ?int $after = null, ?int $limit = null): array
    {
        return $this->ask('erasures', get_defined_vars());
    }

    /** @return array<string, mixed> who was shown personal data, when and why */
    public function access(string|int|null $customer = null, string|int|null $anonymous_id = null, ?int $after = null, ?int $limit = null): array
    {
        return $this->ask('access', get_defined_vars());
    }

    /** @return array<string, mixed> each with its condition and how many are in it */
    public function segments(): array
    {
        return $this->ask('segments', []);
    }

    /** @return array<string, mixed> who is in it; with a customer: whether that one is, and why */
    public function segment(string $segment, string|int|null $customer = null, ?int $after = null, ?int $limit = null): array
    {
        return $this->ask('segment', get_defined_vars());
    }

    /** @return array<string, mixed> how many are in it; with a customer as above */
    public function evaluate(string $expression, string|int|null $customer = null, ?int $limit = null): array
    {
        return $this->ask('evaluate', get_defined_vars());
    }

    /** @return array{messages: list<array<string, mixed>>} of the outbox, by state, after the id $after */
    public function messages(?string $state = null, ?int $after = null, ?int $limit = null): array
    {
        return $this->ask('messages', get_defined_vars());
    }

    /** @return array{messages: list<array<string, mixed>>} those that will not be sent again */
    public function deadLetters(?int $after = null, ?int $limit = null): array
    {
        return $this->ask('dead_letters', get_defined_vars());
    }

    /** @return array<string, mixed> where a tracked link leads */
    public function link(string $link): array
    {
        return $this->ask('link', get_defined_vars());
    }

    /** @return array<string, mixed> what the token of an opt-out link is, and whether its customer withdrew already */
    public function token(string $token): array
    {
        return $this->ask('token', get_defined_vars());
    }

    /** @return array<string, mixed> events that were refused */
    public function refused(?int $limit = null): array
    {
        return $this->ask('refused', get_defined_vars());
    }

    /** @return array<string, mixed> fields of events that could not be read */
    public function warnings(?int $limit = null): array
    {
        return $this->ask('warnings', get_defined_vars());
    }

    /** @return array<string, mixed> the one in force */
    public function playbook(): array
    {
        return $this->ask('playbook', []);
    }

    /** @return array<string, mixed> what is wrong, if anything, in words */
    public function health(int|DateTimeInterface|null $now = null): array
    {
        return $this->ask('health', get_defined_vars());
    }

    /** @return array<string, mixed> what this engine did */
    public function stats(): array
    {
        return $this->ask('stats', []);
    }

    /** Health and stats as Prometheus text. */
    public function metrics(): string
    {
        return $this->query('metrics');
    }

    private function ask(string $query, array $request): array
    {
        return $this->query($query, ...array_filter($request, static fn (mixed $value): bool => $value !== null));
    }
}
