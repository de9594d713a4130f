export { openSession } from "./session.web.ts";
