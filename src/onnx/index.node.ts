export {
  type Device,
  openSession,
  runtimeDevices,
  runtimeName,
  type SessionOptions,
} from "./session.node.ts";
