"""The repairer of a run, loaded when the first text is there: a wrong file name must not wait for a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from refluent.config import RepairConfig
from refluent.types import Repair

if TYPE_CHECKING:
    from refluent.repairer import Repairer

__all__ = ["Session"]


class Session:
    """Gives the repairer to all files of a run; to be closed at its end.

    Args:
        config: settings of the repairer.
        model: see `refluent.engines.registry.load`.
        device: see there.
        engine: see there.
        cache: the store of segments, or None.
        notify: called with the number of segments after each batch.
    """

    def __init__(
        self,
        config: RepairConfig,
        *,
        model: str | None = None,
        device: str = "auto",
        engine: str = "auto",
        cache: Path | None = None,
        notify: Callable[[int], None] | None = None,
    ) -> None:
        self._config = config
        self._model = model
        self._device = device
        self._engine = engine
        self._cache = cache
        self._notify = notify
        self._stack = ExitStack()
        self._repairer: Repairer | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def repairer(self) -> Repairer:
        """The repairer.

        Raises:
            ModelError: the model cannot be found or read.
            DeviceError: the device is not there.
            DocumentError: the store cannot be used.
        """
        if self._repairer is None:
            from refluent.engines.cached import CachedEngine
            from refluent.engines.copy import CopyEngine
            from refluent.engines.registry import load
            from refluent.engines.watched import WatchedEngine
            from refluent.repairer import Repairer

            engine = load(self._model, device=self._device, engine=self._engine)
            # Doing nothing is faster than looking it up.
            if self._cache is not None and not isinstance(engine, CopyEngine):
                engine = self._stack.enter_context(CachedEngine(engine, self._cache))
            if self._notify is not None:
                engine = WatchedEngine(engine, self._notify)
            self._repairer = Repairer(engine, self._config)
        return self._repairer

    def repair_batch(self, texts: Sequence[str]) -> list[Repair]:
        """The repair of each text, in the same order."""
        return self.repairer.repair_batch(texts)
