'use strict';

// How a test drives a script: a line of JSON on stdin is a command and gets one line with its
// result; what happens without being asked for is a line with the name of an event.

const readline = require('node:readline');

function say(message) {
  process.stdout.write(JSON.stringify(message) + '\n');
}

// What a user of ocpp-rpc sees of an error.
function shown(error) {
  return {
    type: error.constructor.name,
    code: error.rpcErrorCode ?? null,
    message: error.message,
    details: error.details ?? null,
    status: Number.isInteger(error.code) ? error.code : null,
  };
}

function obey(commands) {
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const { id, command, ...rest } = JSON.parse(line);
    try {
      say({ id, result: (await commands[command](rest)) ?? null });
    } catch (error) {
      say({ id, error: shown(error) });
    }
  });
  lines.on('close', () => process.exit(0));
}

module.exports = { obey, say, shown };
