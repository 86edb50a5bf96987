using Elbow.Torch;
using Elbow.Training;

Engine.Threads = 1;                                         // many requests at once: a core for each, not all cores for one
using var model = DeployedModel.Load(args[0]);              // once, for all threads; a file of weights, or a run folder

float[] picture = new float[model.Shape.Size];              // D numbers from model.Range, prepared as model.Preprocessing says
for (var i = 0; i < picture.Length; i++) picture[i] = i / 8 % 2 * 16;

var codes = model.Encode(picture);                          // q(z|x): codes.Mean and codes.LogVar, L numbers each
float[] seen = model.Decode(codes.Mean);                    // the mean of p(x|z): the picture as the model sees it
float[] fresh = model.Decode(model.DrawLatents(3, seed: 7)); // three new pictures, one after the other

var (means, pictures) = (new float[model.LatentDim], new float[model.Shape.Size]);
Parallel.For(0, 100, n => { model.Encode(picture); });       // any number of threads
model.Encode(picture, means);                               // into memory of your own
model.Decode(means, pictures);

var error = seen.Zip(picture, (a, b) => (a - b) * (a - b)).Average();
Console.WriteLine($"{model.Shape} -> {model.LatentDim} latents, {codes.Mean[0]:F3} ± {Math.Exp(codes.LogVar![0] / 2):F3}; squared error {error:F1}; {fresh.Length} new numbers; same again: {seen.SequenceEqual(pictures)}");
