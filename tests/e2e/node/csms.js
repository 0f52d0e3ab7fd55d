'use strict';

// ocpp-rpc as a CSMS. The first argument is JSON: options of its RPCServer, and with `password`
// what stations have to show. Commands go to the station that connected last.

const { RPCServer } = require('ocpp-rpc');
const { Conduct } = require('./conduct');
const { obey, say } = require('./control');
const { STRICT } = require('./strict');

const { password, ...options } = JSON.parse(process.argv[2]);
const server = new RPCServer({
  protocols: ['ocpp2.1'],
  wssOptions: { perMessageDeflate: true },
  ...(options.protocols ? {} : STRICT),
  ...options,
});
const conduct = new Conduct();

if (password) {
  server.auth((accept, reject, handshake) =>
    handshake.password?.toString() === password ? accept() : reject(401));
}
server.on('client', (client) => {
  conduct.attach(client);
  say({ event: 'client', identity: client.identity, protocol: client.protocol });
});

obey({
  ...conduct.commands(),
  listen: async () => (await server.listen(0, '127.0.0.1')).address().port,
  disconnect: async ({ code }) => {
    await conduct.client.close(code ? { code } : { force: true });
  },
  close: async () => { await server.close(); },
});
