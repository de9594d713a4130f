export { bestTarget } from "./best-target.node.ts";
export {
  type Device,
  openSession,
  runtimeDevices,
  runtimeName,
  type SessionOptions,
} from "./session.node.ts";
