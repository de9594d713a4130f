export { type Machine, machineFor } from "./machine.ts";
export { compile, type Program } from "./program.ts";
