declare const unit: unique symbol;

/** A number with a unit, so that millimetres and Hounsfield units cannot be mixed up. */
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** Millimetres, in the patient's space. */
export type Mm = Unit<"mm">;
/** Millilitres. 1 mL = 1000 mm³. */
export type Ml = Unit<"mL">;
/** Hounsfield units: water 0, air −1000. */
export type Hu = Unit<"HU">;
/** Percent, 0 to 100. */
export type Percent = Unit<"%">;

export const mm = (value: number): Mm => value as Mm;
export const ml = (value: number): Ml => value as Ml;
export const hu = (value: number): Hu => value as Hu;
export const percent = (value: number): Percent => value as Percent;
