/**
 * Inline pictures of a draft while it is edited.
 *
 * In the editor a picture is known by a key of its own and shown from a `blob:` address, which leads to bytes of this window and
 * nowhere else. Where it is stored it is `cid:`. So a picture can be undone and redone while its bytes are still on their way.
 */

/** Largest picture that is taken from the clipboard, in bytes. */
export const largest = 20_000_000;
const kinds = /^image\/(png|jpe?g|gif|webp|bmp|avif)$/i;

/** Whether this kind of picture is shown by every mail program, and holds nothing but pixels. */
export const isPicture = (mime: string): boolean => kinds.test(mime);

/** The bytes of a `data:` address of a picture; null where it is none. */
export function pictureOfData(address: string): Blob | null {
  const found = /^data:([\w/+.-]+);base64,([A-Za-z0-9+/=\s]+)$/i.exec(address.trim());
  if (!found?.[1] || !found[2] || !isPicture(found[1]) || found[2].length > largest * 1.4) return null;
  try {
    const bytes = atob(found[2].replace(/\s/g, ""));
    return new Blob([Uint8Array.from(bytes, (letter) => letter.charCodeAt(0))], { type: found[1].toLowerCase() });
  } catch {
    return null;
  }
}

/** The bytes of a file as the host takes them. */
export async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

interface Picture {
  cid: string | null;
  /** Where it is shown from. */
  address: string | null;
}

export class Pictures {
  #all = new Map<string, Picture>();
  #next = 1;
  /** Bytes that came with something pasted and are to be attached. */
  onpasted: ((key: string, bytes: Blob) => void) | null = null;

  /** The key of a stored picture. */
  ofCid(cid: string): string {
    for (const [key, picture] of this.#all) if (picture.cid === cid) return key;
    return this.#add({ cid, address: null });
  }

  /** Whether a picture of this name is stored. */
  knows(cid: string): boolean {
    return [...this.#all.values()].some((picture) => picture.cid === cid);
  }

  /** The key of a picture whose bytes are here; it is shown at once. */
  ofBytes(bytes: Blob): string {
    return this.#add({ cid: null, address: URL.createObjectURL(bytes) });
  }

  /** The key of a picture that was pasted as a `data:` address; null where that is none. */
  ofData(address: string): string | null {
    const bytes = pictureOfData(address);
    if (!bytes) return null;
    const key = this.ofBytes(bytes);
    this.onpasted?.(key, bytes);
    return key;
  }

  /** It is stored now. */
  stored(key: string, cid: string): void {
    const picture = this.#all.get(key);
    if (picture) picture.cid = cid;
  }

  /** Its bytes have come from the store. */
  came(key: string, bytes: Blob): void {
    const picture = this.#all.get(key);
    if (picture && picture.address === null) picture.address = URL.createObjectURL(bytes);
  }

  cidOf(key: string): string | null {
    return this.#all.get(key)?.cid ?? null;
  }

  addressOf(key: string): string | null {
    return this.#all.get(key)?.address ?? null;
  }

  /** Those that are stored and have no bytes here yet. */
  get wanted(): { key: string; cid: string }[] {
    return [...this.#all].flatMap(([key, { cid, address }]) => (cid !== null && address === null ? [{ key, cid }] : []));
  }

  /** Gives the bytes back. */
  end(): void {
    for (const { address } of this.#all.values()) if (address !== null) URL.revokeObjectURL(address);
    this.#all.clear();
  }

  #add(picture: Picture): string {
    const key = `p${this.#next++}`;
    this.#all.set(key, picture);
    return key;
  }
}
