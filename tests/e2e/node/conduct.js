'use strict';

// How a peer behaves, on either side: it answers, refuses or holds back, as it was told for each
// Action, and can be told to call.

const { createRPCError } = require('ocpp-rpc');
const { say, shown } = require('./control');

class Conduct {
  constructor() {
    this.plans = new Map();
    this.held = new Map();
  }

  attach(client) {
    this.client = client;
    client.handle(({ method, params }) => this.handle(method, params));
    client.on('badMessage', ({ error }) => say({ event: 'complaint', error: shown(error) }));
    client.on('strictValidationFailure', ({ method, error, outbound }) =>
      say({ event: 'complaint', action: method, outbound, error: shown(error) }));
    client.on('disconnect', ({ code, reason }) => say({ event: 'disconnect', code, reason }));
  }

  async handle(action, payload) {
    say({ event: 'received', action, payload });
    const plan = this.plans.get(action);
    if (!plan) {
      throw createRPCError('NotImplemented', `no ${action} here`);
    }
    if (plan.refuse) {
      throw createRPCError(plan.refuse, plan.message, plan.details);
    }
    return plan.hold ? this.hold(action) : plan.answer;
  }

  hold(action) {
    return new Promise((resolve) => this.held.set(action, resolve));
  }

  commands() {
    return {
      plan: ({ action, ...plan }) => { this.plans.set(action, plan); },
      release: ({ action, answer }) => { this.held.get(action)(answer); },
      call: ({ action, payload, timeout }) =>
        this.client.call(action, payload, timeout ? { callTimeoutMs: timeout } : {}),
      raw: ({ text }) => { this.client.sendRaw(text); },
    };
  }
}

module.exports = { Conduct };
