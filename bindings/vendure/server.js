'use strict';
// A stock Vendure server (npm: @vendure/core, GPL-3, of which only the API is used) with SQLite in FOLDER: one shop, one mug for 90.00, a shipping method, a
// payment method that takes everything. Prints the port of its shop API when it listens.
//
//   node server.js FOLDER
const { writeFileSync } = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { DefaultLogger, LanguageCode, LogLevel, bootstrap, dummyPaymentHandler } = require('@vendure/core');
const { populate } = require('@vendure/core/cli');

const [, , folder] = process.argv;

const INITIAL = {
  defaultLanguage: LanguageCode.en, defaultZone: 'Asia', countries: [{ name: 'South Korea', code: 'KR', zone: 'Asia' }],
  taxRates: [{ name: 'Standard', percentage: 0 }], shippingMethods: [{ name: 'Standard', price: 0 }],
  paymentMethods: [{ name: 'Cash', handler: { code: dummyPaymentHandler.code, arguments: [{ name: 'automaticSettle', value: 'true' }] } }], collections: [],
};
const PRODUCTS = `name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets
Mug,mug,A mug,,,,,mug,90.00,Standard,100,false,,
`;

async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

(async () => {
  const port = await freePort();
  const config = {
    apiOptions: { port, hostname: '127.0.0.1', adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
    authOptions: { tokenMethod: 'bearer', superadminCredentials: { identifier: 'superadmin', password: 'of a test' }, cookieOptions: { secret: 'of a test' } },
    dbConnectionOptions: { type: 'better-sqlite3', synchronize: true, logging: false, database: path.join(folder, 'vendure.sqlite') },
    paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
    logger: new DefaultLogger({ level: LogLevel.Error }),
  };
  const products = path.join(folder, 'products.csv');
  writeFileSync(products, PRODUCTS);
  const app = await populate(() => bootstrap(config), INITIAL, products);
  console.log(`listening on ${port}`);
  process.on('SIGTERM', async () => {
    await app.close();
    process.exit(0);
  });
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
