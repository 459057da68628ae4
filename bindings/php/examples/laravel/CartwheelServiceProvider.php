<?php
declare(strict_types=1);

namespace App\Providers;

use App\Console\CartwheelWork;
use App\Events\CartItemAdded;
use App\Events\OrderPlaced;
use Cartwheel\Engine;
use Illuminate\Auth\Events\Login;
use Illuminate\Support\Facades\Event;
use Illuminate\Support\Facades\Log;
use Illuminate\Support\ServiceProvider;

/** The shop's own events become Cartwheel's. One engine a process; `php artisan cartwheel:work` sends what is due. */
final class CartwheelServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        $this->app->singleton(Engine::class, fn () => new Engine(config('cartwheel.database')));
    }

    public function boot(): void
    {
        $this->commands([CartwheelWork::class]);
        Event::listen(CartItemAdded::class, fn (CartItemAdded $added) => $this->record([
            'type' => 'product_added', 'customer' => (string) $added->userId,
            'properties' => ['cart_id' => (string) $added->cartId, 'product_id' => (string) $added->productId, 'name' => $added->name,
                'price' => $added->price, 'quantity' => $added->quantity],
        ]));
        Event::listen(Login::class, function (Login $login): void {
            $customer = (string) $login->user->id;
            $this->recordAddresses($customer, ['sms' => $login->user->phone ?? null, 'email' => $login->user->email ?? null]);
            if ($scopes = $login->user->consents ?? []) {  // what she ticked at the sign-up: "ad", "ad_night"
                $this->record(['type' => 'consent_granted', 'customer' => $customer, 'properties' => ['medium' => 'sms', 'scope' => $scopes, 'where' => 'sign-up']]);
            }
        });
        Event::listen(OrderPlaced::class, fn (OrderPlaced $placed) => $this->record([
            'id' => "order-{$placed->orderId}", 'type' => 'order_completed', 'customer' => (string) $placed->userId,
            'properties' => ['cart_id' => (string) $placed->cartId, 'order_id' => (string) $placed->orderId, 'total' => $placed->total],
        ]));
    }

    /** Where a person may be reached; whether an advertisement may go there is the consent's and the gate's to say. */
    private function recordAddresses(string $customer, array $addresses): void
    {
        foreach (array_filter($addresses) as $channel => $address) {
            $this->record(['type' => 'endpoint_added', 'customer' => $customer, 'properties' => ['channel' => $channel, 'address' => (string) $address]]);
        }
    }

    /** What is wrong with a reminder must not stop a checkout. */
    private function record(array $event): void
    {
        try {
            foreach ($this->app->make(Engine::class)->ingest($event)->rejected as $rejected) {
                Log::warning("cartwheel: {$rejected['message']}");
            }
        } catch (\Throwable $error) {
            Log::error("cartwheel: {$error->getMessage()}");
        }
    }
}
