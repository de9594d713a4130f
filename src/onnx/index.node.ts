export {
  type Feeds,
  openSession,
  runtimeName,
  type Session,
  type SessionOptions,
} from "./session.node.ts";
