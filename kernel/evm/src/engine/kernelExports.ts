/** What the kernel offers its driver; see assembly/index.ts. Pointers and numbers of entries are plain numbers. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  init(fork: number, asksOnValue: number, keepsDestroyed: number, seedLow: bigint, seedHigh: bigint): void;
  begin(codeCacheBytes: number, stepping: number): void;
  mailAt(): number;
  coverageAt(): number;
  envAt(): number;
  newEnv(): number;
  account(): number;
  accountAt(account: number): number;
  accountCount(): number;
  seeAccount(account: number): void;
  isEmpty(account: number): number;
  slot(account: number): number;
  slotAt(slot: number): number;
  slotCount(): number;
  warmAccount(account: number): void;
  warmDelegate(account: number): void;
  warmSlotAt(account: number): void;
  putBalance(account: number): void;
  setNonce(account: number, nonce: bigint): void;
  putCode(account: number, length: number): void;
  codeOf(account: number): number;
  newCode(length: number): number;
  inputAt(length: number): number;
  startCall(from: number, to: number, gas: bigint, isStatic: number, length: number): void;
  startCreate(from: number, nonce: bigint, gas: bigint, length: number): number;
  interpret(): number;
  gasOfFrame(): bigint;
  haltOfLast(): number;
  returnData(): number;
  returnBytes(): number;
  newReturnData(length: number): number;
  refundNow(): bigint;
  addRefund(delta: bigint): void;
  firstLog(): number;
  logCount(): number;
  appendLog(address: number, topics: number, length: number): number;
  logDone(data: number, topics: number): void;
  nativeCharge(gas: bigint): number;
  nativeSload(): number;
  nativeSstore(): number;
  nativeTouch(account: number): number;
  nativeSetBalance(account: number): number;
  nativeLogGas(topics: number, length: number): number;
  nativeInput(length: number): number;
  nativeCall(to: number, length: number, isStatic: number): void;
  nativeEnd(halt: number): void;
  frameAt(): number;
  stackAt(): number;
  arenaAt(): number;
  memoryAt(): number;
}

/** What the kernel asks of its driver; see assembly/host.ts. */
export interface KernelImports {
  loadAccount(entry: number): void;
  loadSlot(entry: number): void;
  loadCode(hash: number): number;
  blockHash(number: bigint, word: number): number;
  precompile(index: number, input: number, length: number, gas: bigint): bigint;
  onValue(from: number, to: number, amount: number): number;
  fail(why: number): void;
  onStep(): void;
  onEnter(): void;
  onExit(halt: number, gasUsed: bigint, output: number, length: number): void;
  onLog(log: number): void;
  onAccount(entry: number): void;
  onSlot(account: number, key: number): void;
  onDestroy(from: number, to: number, amount: number): void;
}
