export { openSession, runtimeName, type SessionOptions } from "./session.node.ts";
