'use strict';

// ocpp-rpc 2.2.1 ships the schemas of OCPP 2.1 under ids that its strict mode does not look for
// ("urn:HeartbeatRequest" where it asks for "urn:Heartbeat.req"), so that every message is refused.
// Its option strictModeValidators takes the same schemas under the ids that it does look for.

const { createValidator } = require('ocpp-rpc');
const schemas = require('ocpp-rpc/lib/schemas/ocpp2_1.json');

const SUBPROTOCOL = 'ocpp2.1';

function sought(id) {
  return id.replace(/Request$/, '.req').replace(/Response$/, '.conf');
}

const validator = createValidator(
  SUBPROTOCOL,
  schemas.map((schema) => ({ ...schema, $id: sought(schema.$id) })),
);

module.exports = {
  STRICT: { strictMode: [SUBPROTOCOL], strictModeValidators: [validator] },
};
