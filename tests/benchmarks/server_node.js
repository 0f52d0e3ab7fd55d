// npm `ocpp-rpc` as a contestant: a CSMS in strict mode, with the handlers that all contestants have.
'use strict';
const { RPCServer, createValidator } = require('ocpp-rpc');

// Strict mode looks for `urn:Heartbeat.req`, but its schemas of 2.1 are called
// `urn:HeartbeatRequest`: as published, every message is refused.
const schemas = require('ocpp-rpc/lib/schemas/ocpp2_1.json');
for (const schema of schemas) {
    schema.$id = schema.$id.replace(/Request$/, '.req').replace(/Response$/, '.conf');
}
console.warn = () => {}; // Ajv finds fault with the schemas' style

const server = new RPCServer({
    protocols: ['ocpp2.1'],
    strictMode: true,
    strictModeValidators: [createValidator('ocpp2.1', schemas)],
});
server.on('client', (client) => {
    client.handle('Heartbeat', () => ({ currentTime: new Date().toISOString() }));
    client.handle('StatusNotification', () => ({}));
    client.handle('MeterValues', () => ({}));
    client.handle('TransactionEvent', () => ({ idTokenInfo: { status: 'Accepted' } }));
});
server.listen(0, '127.0.0.1').then((http) => console.log(http.address().port));
