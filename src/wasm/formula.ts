/** @file The operations that work on each element for itself, in lanes of four. */
import type { Value, ValueOf } from "../onnx/index.ts";
import { type Body, type Expr, get, i32, lanes, splat } from "./assembler.ts";

type Rule = (inputs: readonly Expr[], write: Body, value: Value) => Expr;

const { add, sub, mul, div, and, select } = lanes;
const one = splat(1);
const zero = splat(0);

/** Booleans are masks here, and 1 or 0 in memory. */
const rules: Readonly<Partial<Record<Value["op"], Rule>>> = {
  Add: ([a, b]) => add(a, b),
  Sub: ([a, b]) => sub(a, b),
  Mul: ([a, b]) => mul(a, b),
  Div: ([a, b]) => div(a, b),
  Equal: ([a, b]) => lanes.equal(a, b),
  Greater: ([a, b]) => lanes.greater(a, b),
  Neg: ([x]) => lanes.neg(x),
  Exp: ([x], write) => exponential(x, write),
  Log: ([x], write) => logarithm(x, write),
  Sqrt: ([x]) => lanes.sqrt(x),
  Pow: ([x], write, value) => power(x, write, (value as ValueOf<"Pow">).attributes.exponent),
  LeakyRelu: ([x], _, value) =>
    select(
      x,
      mul(x, splat((value as ValueOf<"LeakyRelu">).attributes.slope)),
      lanes.greater(x, zero),
    ),
  Cast: ([x], _, { inputs: [from], type }) => {
    if (from.type === type) return x;
    if (from.type === "bool") return and(x, one);
    return type === "bool" ? lanes.notEqual(x, zero) : x;
  },
  Where: ([condition, yes, no]) => select(yes, no, condition),
};

/** Whether an operation is done element by element. */
export const isElementwise = ({ op }: Value): boolean => op in rules;

/** Roughly what an operation costs, in additions. */
export const costOf = ({ op }: Value): number =>
  op === "Exp" || op === "Log" || op === "Pow" ? 20 : op === "Div" || op === "Sqrt" ? 4 : 1;

/**
 * Writes what a value is made of, down to what lies in memory.
 *
 * @param load - four numbers of a value that lies in memory; undefined for one that does not
 * @returns the value as it is stored
 */
export function writeFormula(
  write: Body,
  root: Value,
  load: (value: Value) => Expr | undefined,
): Expr {
  const known = new Map<Value, Expr>();
  const visit = (value: Value): Expr => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const expr = get(write.let("v128", compute(value)));
    known.set(value, expr);
    return expr;
  };
  const compute = (value: Value): Expr => {
    const loaded = load(value);
    if (loaded !== undefined) return value.type === "bool" ? lanes.notEqual(loaded, zero) : loaded;
    const rule = rules[value.op];
    if (rule === undefined) throw new Error(`${value.op} is not elementwise`);
    return rule(value.inputs.map(visit), write, value);
  };
  const result = visit(root);
  return root.type === "bool" ? and(result, one) : result;
}

/** c0 + x·(c1 + x·(…)) */
const polynomial = (x: Expr, coefficients: readonly number[]): Expr =>
  coefficients
    .slice(0, -1)
    .reduceRight<Expr>(
      (sum, coefficient) => add(mul(sum, x), splat(coefficient)),
      splat(coefficients[coefficients.length - 1]),
    );

/** e^x = 2^n · e^r with |r| ≤ ½ ln 2. Coefficients: Cephes expf. */
function exponential(given: Expr, write: Body): Expr {
  const x = get(write.let("v128", lanes.max(lanes.min(given, splat(88.3)), splat(-87.3))));
  const n = get(write.let("v128", lanes.nearest(mul(x, splat(Math.LOG2E)))));
  const r = get(
    write.let("v128", sub(sub(x, mul(n, splat(0.693359375))), mul(n, splat(-2.12194440054e-4)))),
  );
  const tail = polynomial(
    r,
    [
      5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3,
      1.98756915e-4,
    ],
  );
  const mantissa = add(add(mul(mul(tail, r), r), r), one);
  const exponent = lanes.addIntegers(lanes.toIntegers(n), lanes.bits([127, 127, 127, 127]));
  return mul(mantissa, lanes.shiftLeft(exponent, i32(23)));
}

/** ln x = e·ln 2 + ln m with √½ ≤ m < √2. Coefficients: Cephes logf. */
function logarithm(given: Expr, write: Body): Expr {
  const bits = (value: number): Expr => lanes.bits([value, value, value, value]);
  const x = get(write.let("v128", given));
  const half = get(write.let("v128", lanes.or(and(x, bits(0x007fffff)), bits(0x3f000000))));
  const low = get(write.let("v128", lanes.less(half, splat(Math.SQRT1_2))));
  const raw = lanes.subIntegers(lanes.shiftRight(x, i32(23)), bits(126));
  const e = get(write.let("v128", sub(lanes.fromIntegers(raw), and(low, one))));
  const m = get(write.let("v128", sub(add(half, and(low, half)), one)));
  const square = get(write.let("v128", mul(m, m)));
  const tail = polynomial(
    m,
    [
      3.3333331174e-1, -2.4999993993e-1, 2.0000714765e-1, -1.6668057665e-1, 1.4249322787e-1,
      -1.2420140846e-1, 1.167699874e-1, -1.151461031e-1, 7.0376836292e-2,
    ],
  );
  const small = add(mul(mul(tail, square), m), mul(e, splat(-2.12194440054e-4)));
  const log = add(add(sub(small, mul(square, splat(0.5))), m), mul(e, splat(0.693359375)));
  const beyond = select(splat(-Infinity), splat(Number.NaN), lanes.equal(x, zero));
  return select(log, beyond, lanes.greater(x, zero));
}

function power(x: Expr, write: Body, exponent: number): Expr {
  if (exponent === 0) return one;
  if (exponent < 0) return div(one, power(x, write, -exponent));
  if (exponent === 0.5) return lanes.sqrt(x);
  if (Number.isInteger(exponent) && exponent <= 8) {
    return Array.from({ length: exponent - 1 }).reduce<Expr>((product) => mul(product, x), x);
  }
  return exponential(mul(logarithm(x, write), splat(exponent)), write);
}
