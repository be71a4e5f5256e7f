/** Shares something of which there is only so much, such as space on the disk, first come first served. */
export interface Room {
  /** Waits until so much is free. What is larger than everything there is waits until it has all to itself. */
  take(amount: number): Promise<void>;
  give(amount: number): void;
}

export function createRoom(capacity: number): Room {
  const waiting: { readonly amount: number; readonly go: () => void }[] = [];
  const clip = (amount: number) => Math.min(amount, capacity);
  let free = capacity;

  function admit(): void {
    for (let next = waiting[0]; next !== undefined && next.amount <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.amount;
      next.go();
    }
  }

  return {
    take(amount) {
      return new Promise(go => {
        waiting.push({ amount: clip(amount), go });
        admit();
      });
    },
    give(amount) {
      free += clip(amount);
      admit();
    },
  };
}
