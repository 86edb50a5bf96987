"""Makes features.pt, the TorchScript file of ScriptModuleTests: python3 make.py (needs torch)."""
import io
import zipfile
from typing import List, Tuple

import torch


class Features(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(3, 2)
        with torch.no_grad():
            self.linear.weight.copy_(torch.tensor([[1.0, 2.0, 3.0], [-1.0, 0.0, 1.0]]))
            self.linear.bias.copy_(torch.tensor([0.5, -0.5]))
        self.dropout = torch.nn.Dropout(0.5)

    def forward(self, x):
        return self.dropout(self.linear(x))

    @torch.jit.export
    def several(self, x) -> Tuple[torch.Tensor, List[torch.Tensor]]:
        return x + 1, [x + 2, x + 3]

    @torch.jit.export
    def count(self, x) -> Tuple[torch.Tensor, int]:
        return x + 1, x.numel()

    @torch.jit.export
    def many(self, x) -> List[torch.Tensor]:
        return [x + k for k in range(100)]

    @torch.jit.export
    def fail(self, x):
        assert x.numel() == 0, "the extractor wants nothing"
        return x


whole = io.BytesIO()
torch.jit.save(torch.jit.script(Features()), whole)
# Without the debug records: they hold the path of this script on the machine that ran it.
with zipfile.ZipFile(whole) as source, zipfile.ZipFile("features.pt", "w", zipfile.ZIP_STORED) as target:
    for name in source.namelist():
        if not name.endswith(".debug_pkl"):
            target.writestr(zipfile.ZipInfo(name), source.read(name))
