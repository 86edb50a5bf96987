/** A length for a style: Preact takes numbers as they are. */
export const px = (length: number): string => `${length}px`;
