export { keepLiver } from "./keep-liver.ts";
