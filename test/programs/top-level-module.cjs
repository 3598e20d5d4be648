// Part of top-level.ts: its module body runs under the CommonJS loader.
exports.where = globalThis.attempt();
