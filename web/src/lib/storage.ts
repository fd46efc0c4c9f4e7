/** localStorage where it is allowed, else nothing kept: callers need no special case. */
export type SmallStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const forgetful: SmallStorage = { getItem: () => null, setItem: () => {}, removeItem: () => {} };

export function smallStorage(): SmallStorage {
  try {
    const storage = globalThis.localStorage;
    storage.getItem('dstudio.probe');
    return storage;
  } catch {
    return forgetful;
  }
}
