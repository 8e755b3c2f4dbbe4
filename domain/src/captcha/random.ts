/** A whole number from 0 up to, not including, the given one; every one equally likely. */
export type RandomBelow = (limit: number) => number;
