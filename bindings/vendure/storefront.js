'use strict';
// A headless storefront over Vendure's shop API. What its visitors do goes to Vendure, and to Cartwheel as events; nothing of either knows of the other.
// One visitor: a session of Vendure's, and who that is to Cartwheel.
class Visitor {
  #url;
  #engine;
  #token = '';
  #customer = undefined;

  constructor(url, engine, browser) {
    this.#url = url;
    this.#engine = engine;
    this.browser = browser;
  }

  async ask(query, variables = {}) {
    const answer = await fetch(this.#url, {
      method: 'POST', body: JSON.stringify({ query, variables }),
      headers: { 'content-type': 'application/json', ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}) },
    });
    this.#token = answer.headers.get('vendure-auth-token') ?? this.#token;
    const { data, errors } = await answer.json();
    if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
    const refused = Object.values(data).find((each) => each?.errorCode);
    if (refused) throw new Error(`${refused.errorCode}: ${refused.message}`);
    return data;
  }

  // A mistake with a reminder must not stop a checkout.
  async record(...events) {
    try {
      const who = this.#customer ? { customer: this.#customer } : { anonymous_id: this.browser };
      const { rejected, warnings } = await this.#engine.ingest(events.map((event) => ({ ...who, ...event })));
      for (const each of [...rejected, ...warnings]) console.warn('cartwheel:', each);
    } catch (error) {
      console.error('cartwheel:', error.message);
    }
  }

  async view(slug) {
    const { product } = await this.ask('query ($slug: String!) { product(slug: $slug) { id name slug variants { id sku priceWithTax } } }', { slug });
    const [variant] = product.variants;
    await this.record({ type: 'product_viewed', properties: { product_id: variant.sku, name: product.name, price: variant.priceWithTax / 100 } });
    return product;
  }

  async add(product, quantity) {
    const [variant] = product.variants;
    const { addItemToOrder: order } = await this.ask(`mutation ($id: ID!, $quantity: Int!) { addItemToOrder(productVariantId: $id, quantity: $quantity) {
      ... on Order { code totalWithTax lines { productVariant { sku name } quantity } } ... on ErrorResult { errorCode message } } }`, { id: variant.id, quantity });
    await this.record({
      type: 'product_added', properties: { cart_id: order.code, product_id: variant.sku, name: product.name, price: variant.priceWithTax / 100, quantity },
    });
    return order;
  }

  // The visitor says who she is, where she may be reached, and whether advertisements may reach her there.
  async introduce(name, email, consents) {
    await this.ask(`mutation ($input: CreateCustomerInput!) { setCustomerForOrder(input: $input) { ... on Order { id } ... on ErrorResult { errorCode message } } }`,
      { input: { firstName: name, lastName: 'Kim', emailAddress: email } });
    this.#customer = email;
    await this.record({ type: 'identify', anonymous_id: this.browser, properties: { name } }, { type: 'endpoint_added', properties: { channel: 'email', address: email } });
    if (consents) await this.record({ type: 'consent_granted', properties: { medium: 'email', scope: 'ad', where: 'checkout' } });
  }

  async buy() {
    await this.record({ type: 'checkout_started' });
    const address = { fullName: 'A Kim', streetLine1: '1 Street', city: 'Seoul', postalCode: '04524', countryCode: 'KR' };
    await this.ask('mutation ($input: CreateAddressInput!) { setOrderShippingAddress(input: $input) { ... on Order { id } ... on ErrorResult { errorCode message } } }', { input: address });
    const { eligibleShippingMethods: [shipping] } = await this.ask('{ eligibleShippingMethods { id } }');
    await this.ask('mutation ($ids: [ID!]!) { setOrderShippingMethod(shippingMethodId: $ids) { ... on Order { id } ... on ErrorResult { errorCode message } } }', { ids: [shipping.id] });
    await this.ask('mutation { transitionOrderToState(state: "ArrangingPayment") { ... on Order { id } ... on ErrorResult { errorCode message } } }');
    const { eligiblePaymentMethods: [payment] } = await this.ask('{ eligiblePaymentMethods { code } }');
    const { addPaymentToOrder: order } = await this.ask(`mutation ($input: PaymentInput!) { addPaymentToOrder(input: $input) {
      ... on Order { code state totalWithTax } ... on ErrorResult { errorCode message } } }`, { input: { method: payment.code, metadata: {} } });
    await this.record({ id: `order-${order.code}`, type: 'order_completed', properties: { cart_id: order.code, order_id: order.code, total: order.totalWithTax / 100 } });
    return order;
  }
}

// What a worker's channel does with the mail server that a shop has: deliver(address, payload) promises that it took a message.
const mail = (deliver) => async (messages) => {
  const outcomes = [];
  for (const { id, address, payload } of messages) {
    await deliver(address, payload);
    outcomes.push({ id, outcome: 'accepted' });
  }
  return outcomes;
};

module.exports = { Visitor, mail };
