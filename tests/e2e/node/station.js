'use strict';

// ocpp-rpc as a Charging Station. The first argument is JSON: the options of its RPCClient.

const { RPCClient } = require('ocpp-rpc');
const { Conduct } = require('./conduct');
const { obey, say } = require('./control');
const { STRICT } = require('./strict');

const options = JSON.parse(process.argv[2]);
const client = new RPCClient({
  protocols: ['ocpp2.1'],
  backoff: { initialDelay: 10, maxDelay: 50 },
  ...(options.protocols ? {} : STRICT),
  ...options,
});
const conduct = new Conduct();

conduct.attach(client);
client.on('open', () => say({ event: 'open', protocol: client.protocol }));

obey({
  ...conduct.commands(),
  connect: async () => { await client.connect(); },
  close: async () => { await client.close(); },
});
