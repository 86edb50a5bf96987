/** What the numbers of a row are called, where somebody said. */
export type FeatureNames = readonly string[] | null | undefined;

/** The name of one number of a row: the data's own, or its place. */
export const featureName = (names: FeatureNames, index: number): string => names?.[index] ?? `x${index}`;
