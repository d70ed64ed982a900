/** Notices that the page that leads says nothing any more, and asks before the lead is taken. */
const SILENCE = 25_000; // ms; it says something every ten seconds, if its timers are not slowed down
const JOINING = 10_000; // for the first word
const ANSWER = 3_000; // a page that is alive answers at once, hidden or not

export class Silence {
  constructor(owner, timers) {
    Object.assign(this, { owner, timers });
  }

  start() {
    this.#wait(JOINING);
  }

  broken() {
    this.#wait(SILENCE);
  }

  ask = () => {
    this.owner.say({ do: "ask", seen: !this.owner.env.hidden() });
    this.timers.set("silence", ANSWER, () => this.owner.steal());
  };

  #wait(ms) {
    this.timers.set("silence", ms, this.ask);
  }
}
