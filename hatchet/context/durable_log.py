"""The log of a durable task in one invocation: calls and messages in, requests and resumptions out. No I/O, no clock.

The engine numbers the requests of a task, and says in which order their entries were completed. For code that runs
again to go the same way, nothing else may decide its course (docs/decisions/0061-one-order-for-a-replay.md):

- One request is on its way at a time; the others follow in the order of the calls.
- What is acknowledged, or known already, resumes its caller in that order too; so whoever comes after a memo waits for
  its function.
- A completion is handed over only when the task is at rest: when no request is on its way and no memo is open. They are
  handed over in the order in which the engine sends them, one after the other; those that nobody waits for, too.

Who resumes the callers knows when the code between two of them has come to rest, and gives a completion back if the
code has called again meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hatchet.context.durable_actions import Action, Answer, Compute, Ended, Offer, Resumption, Step, diverged, refusal
from hatchet.context.durable_entries import Entries, Entry, OpenCall, Turn
from hatchet.errors import DeadlineExceeded
from hatchet.wire.durable_values import (
    Completed,
    Invocation,
    MemoAck,
    MemoRequest,
    MemoValue,
    Message,
    Place,
    Refused,
    Request,
    StartAck,
    StartRequest,
    WaitAck,
    WaitRequest,
)

NOBODY = 0  # the number of no call
AT_ONCE = 32  # completions that are offered together: those that the code has no use for yet come back


class DurableLog:
    """One invocation of a durable task."""

    def __init__(self, invocation: Invocation) -> None:
        self.invocation: Invocation = invocation
        self.steps: list[Step] = []
        """The requests that were acknowledged, in the order of their entries."""
        self.highest_order: int | None = None
        """The last completion, by the engine's count; None where the engine does not count."""
        self.dropped: int = 0
        """Messages that were late, doubled, or about nothing that is known."""
        self.entries: Entries = Entries()
        """What is known of the log."""
        self.frozen: bool = False
        """Whether nothing is sent and handed over for now: the invocation is being evicted."""
        self.withheld: Callable[[], bool] = lambda: False
        """Asked, when the code is at rest, whether completions have to wait: the invocation is about to be evicted."""
        self._open: set[int] = set()  # calls that were not answered yet
        self._gone: set[int] = set()  # of these the ones whose caller waits no longer
        self.seen: int = 0
        """The last call that it knows of."""
        self._queue: list[OpenCall] = []
        self._current: OpenCall | None = None  # whose request is on its way
        self._request: Request | None = None
        self._is_sent = False
        self._turns: list[Turn] = []
        self._answers: list[Resumption] = []
        self._completions: list[Completed] = []
        self._queued: set[Place] = set()  # of the completions
        self._offered: list[tuple[Resumption, Completed | None]] = []
        self._unconfirmed: list[MemoValue] = []
        self._actions: list[Action] = []
        self._error: BaseException | None = None

    # -- calls of the user's code

    def call(self, number: int, requests: Sequence[Request], step: Step) -> None:
        """A call that needs entries: one, or for many children several requests after each other."""
        if self._begin(number):
            if not isinstance(requests[0], WaitRequest):
                self._turns.append(Turn(number))
            self._queue.append(OpenCall(number, step, list(requests), []))
        self._go_on()

    def wait_for_run(self, number: int, run_id: str) -> None:
        """A call that waits for a child that was started before."""
        if self._begin(number):
            place, entry = self.entries.of_run(run_id)
            if entry.result is not None:
                self._turns.append(Turn(number, entry.result, is_ready=True))
            else:
                self.entries.wait(number, place)
        self._go_on()

    def remembered(self, number: int, memo_call: int, value: bytes | None) -> None:
        """A call that waits for its turn: the function of the memo that `memo_call` asked for has ended.

        `value` is what it has made; None where it failed.
        """
        if self._begin(number):
            turn = self._turn(memo_call)
            if value is not None:
                self._remember(turn, value)
            turn.answer, turn.is_ready, turn.call = value, True, number
        self._go_on()

    def forget(self, number: int) -> None:
        """The caller waits no longer. Its requests are made all the same, since the code has reached them."""
        if self.entries.wait_no_more(number):
            self._open.discard(number)
        elif number in self._open:
            self._gone.add(number)
        for turn in self._turns:
            if turn.call == number and turn.place is not None:  # the function of a memo was given up
                turn.is_ready = True
        self._go_on()

    def handed(self, count: int = 1) -> None:
        """The first `count` of the resumptions that were offered have gone on."""
        for _ in range(count):
            resumption, completed = self._offered.pop(0)
            if completed is not None:
                self._passed(resumption.call, completed)
            self._answered(resumption.call)
        self._go_on()

    def returned(self, seen: int) -> None:
        """Those that were offered have to wait: the code has called again."""
        self.seen = max(self.seen, seen)
        while self._offered:
            _, completed = self._offered.pop()
            assert completed is not None
            if not self._completions or self._completions[0] is not completed:
                self._completions.insert(0, completed)
        self._go_on()

    def _passed(self, number: int, completed: Completed) -> None:
        """A completion was handed over, or passed by as nobody waits for it."""
        self._queued.discard(completed.place)
        self.entries.wait_no_more(number)
        if not self.entries.complete(completed):
            self.dropped += 1  # the engine says it again to whoever asks for it

    def _begin(self, number: int) -> bool:
        """Take a call on; whether the log goes on."""
        self.seen = max(self.seen, number)
        self._open.add(number)
        if self._error is not None:
            self._answers.append(Resumption(number, self._error))
        return self._error is None

    def _answered(self, number: int) -> None:
        self._open.discard(number)
        self._gone.discard(number)

    # -- messages of the engine

    def receive(self, message: Message) -> None:
        """What the engine says of this invocation."""
        match message:
            case WaitAck(place) if isinstance(self._request, WaitRequest) and place not in self.entries:
                call = self._acknowledged()
                self.entries.add(place, Entry(call.step.text))
                if call.number in self._gone:
                    self._answered(call.number)
                else:
                    self.entries.wait(call.number, place)
            case StartAck() if isinstance(self._request, StartRequest):
                self._started(self._request, message)
            case MemoAck() if isinstance(self._request, MemoRequest) and message.place not in self.entries:
                self._memo_acknowledged(self._request, message)
            case Completed():
                self._complete(message)
            case Refused() if self._request is not None:
                self._refuse(self._request, message)
            case _:
                self.dropped += 1
        self._go_on()

    def _acknowledged(self) -> OpenCall:
        call = self._current
        assert call is not None
        self.steps.append(call.step)
        self._current = self._request = None
        self._unconfirmed.clear()  # what was sent before has arrived
        return call

    def _started(self, request: StartRequest, ack: StartAck) -> None:
        if not self.entries.fits(request, ack.entries):
            self.dropped += 1
            return
        call = self._acknowledged()
        self.entries.add_children(request, ack.entries, call.step.text)
        call.runs += [run_id for _, run_id in ack.entries]
        if call.requests:
            self._queue.insert(0, call)
        else:
            turn = self._turn(call.number)
            turn.answer, turn.is_ready = tuple(call.runs), True

    def _memo_acknowledged(self, request: MemoRequest, ack: MemoAck) -> None:
        call = self._acknowledged()
        self.entries.add(ack.place, Entry(call.step.text, is_memo=True))
        turn = self._turn(call.number)
        turn.place, turn.key = ack.place, request.key
        if ack.value:
            turn.answer, turn.is_ready = ack.value, True
        elif request.value is not None:
            self._remember(turn, request.value)
            turn.answer, turn.is_ready = request.value, True
        elif call.number in self._gone:
            turn.is_ready = True
        else:
            self._answers.append(Resumption(call.number, Compute()))

    def _turn(self, number: int) -> Turn:
        return next(each for each in self._turns if each.call == number)

    def _remember(self, turn: Turn, value: bytes) -> None:
        assert turn.place is not None
        action = MemoValue(turn.place, turn.key, value)
        self._unconfirmed.append(action)
        self._actions.append(action)

    def _refuse(self, request: Request, refused: Refused) -> None:
        call = self._current
        assert call is not None
        self._current = self._request = None
        answer: Answer
        if refused.is_nondeterminism:
            answer = (
                False
                if isinstance(request, MemoRequest) and request.is_probe
                else diverged(self.invocation, refused, call.step, self.steps)
            )
        else:
            answer = refusal(self.invocation, refused, call.step)
        if isinstance(request, WaitRequest):
            self._answers.append(Resumption(call.number, answer))
        else:
            turn = self._turn(call.number)
            turn.answer, turn.is_ready = answer, True

    def _complete(self, completed: Completed) -> None:
        if completed.order is not None:
            self.highest_order = max(self.highest_order or 0, completed.order)
        entry = self.entries.get(completed.place)
        if completed.place in self._queued or (entry is not None and entry.is_completed):
            self.dropped += 1
        elif entry is not None and entry.is_memo:
            self.entries.complete(completed)  # it resumes nobody: its caller had the value with the acknowledgement
        else:
            self._completions.append(completed)
            self._queued.add(completed.place)

    # -- the connection

    def sent(self) -> None:
        """The request has gone out: the engine may have acted on it."""
        self._is_sent = True

    @property
    def asking(self) -> tuple[Step, Request] | None:
        """The call whose request is on its way, or goes out next."""
        return None if self._current is None or self._request is None else (self._current.step, self._request)

    @property
    def is_waiting_for_ack(self) -> bool:
        """Whether a request is on its way."""
        return self._request is not None and self._is_sent

    def timed_out(self, seconds: float) -> None:
        """The engine has not acknowledged the request: the attempt fails, and the next one finds its entries."""
        call = self._current
        assert call is not None
        self.end(
            DeadlineExceeded(
                f"the engine did not answer {call.step} of task run {self.invocation.task_run_id} within {seconds:g} s",
                code="DEADLINE_EXCEEDED",
                call="DurableTask",
            )
        )

    def reconnected(self) -> bool:
        """There is a new connection; whether the invocation can go on.

        A request that was on its way may have its entry or not. A child with a key is found again, so that its request
        is made once more; anything else might get a second entry, so that the task has to begin anew.
        """
        self._actions += self._unconfirmed
        if self._request is None or not self._is_sent:
            return True
        if isinstance(self._request, StartRequest) and self._request.runs[0].options.child_key is not None:
            self._is_sent = False
            self._actions.append(self._request)
            return True
        return False

    @property
    def is_idle(self) -> bool:
        """Whether the task only waits: it is at rest, and nothing is there to hand over."""
        return self.only_waits and not self._completions

    @property
    def only_waits(self) -> bool:
        """Whether all is acknowledged and handed over, but for what is waited for."""
        return self._is_at_rest and not self._offered and bool(self.entries.waits)

    # -- its end

    def end(self, error: BaseException) -> None:
        """Nothing more comes from the engine: every call ends with this, those of later too."""
        if self._error is not None:
            return
        self._error = error
        self.frozen = False
        self._current = self._request = None
        self._queue.clear()
        self._turns.clear()
        self._completions.clear()
        self._queued.clear()
        self.entries.waits.clear()
        answered = {each.call for each in self._answers} | {each.call for each, _ in self._offered}
        self._answers.extend(Resumption(number, error) for number in sorted(self._open - answered))
        self._go_on()

    # -- what follows

    def take(self) -> list[Action]:
        """What there is to do."""
        actions, self._actions = self._actions, []
        return actions

    def thaw(self) -> None:
        """It goes on after all."""
        self.frozen = False
        self._go_on()

    @property
    def _is_at_rest(self) -> bool:
        return not (self._request or self._queue or self._turns or self._answers)

    def _go_on(self) -> None:
        if self.frozen:
            return
        if self._request is None and self._queue:
            self._current = call = self._queue.pop(0)
            self._request, self._is_sent = call.requests.pop(0), False
            self._actions.append(self._request)
        while self._turns and self._turns[0].is_ready:
            turn = self._turns.pop(0)
            self._answers.append(Resumption(turn.call, turn.answer))
        if not self._offered:
            self._pass_memos()
            self._offer()

    def _pass_memos(self) -> None:
        """Completions of memos that came before the acknowledgement need not wait until the code is at rest either."""
        while self._completions:
            entry = self.entries.get(self._completions[0].place)
            if entry is None or not entry.is_memo:
                break
            self._passed(NOBODY, self._completions.pop(0))

    def _offer(self) -> None:
        are_completions = not self._answers
        while self._answers:
            resumption = self._answers.pop(0)
            if resumption.call in self._gone:
                self._answered(resumption.call)
            else:
                self._offered.append((resumption, None))
        if are_completions and self._completions and self._is_at_rest and not self.withheld():
            while self._completions and len(self._offered) < AT_ONCE:
                completed = self._completions.pop(0)
                entry = self.entries.get(completed.place)
                result = Ended(completed.payload, completed.failure)
                for number in (entry.calls if entry is not None else ()) or (NOBODY,):
                    self._offered.append((Resumption(number, result), completed))
        if self._offered:
            resumptions = tuple(resumption for resumption, _ in self._offered)
            self._actions.append(Offer(resumptions, self.seen, are_completions))
