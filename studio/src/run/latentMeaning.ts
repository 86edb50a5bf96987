/** What one picture of the latent space is, by its name; others are said to be either. */
export const latentMeaning = (path: string): string | undefined =>
  /\bmap\b[^/]*$/.test(path) ? "where the encoder puts the data" : /\bplane\b[^/]*$/.test(path) ? "what each point of the plane of two latents decodes to" : undefined;
