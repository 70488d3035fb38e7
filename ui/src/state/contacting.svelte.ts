/** The contact that is being edited, wherever that was asked for. */
import { backend, type AddressView, type Contact } from "../backend";
import { attempt } from "./toasts.svelte";

/** One that is not kept yet. */
export const freshContact = (name = "", email = ""): Contact => ({ id: 0, name, email, written: 0, heard: 0, last: null, kept: false });

class Contacting {
  /** In the form; null = the form is closed. */
  edited = $state.raw<Contact | null>(null);

  /** What is known of somebody; null = nothing. */
  async find({ email }: Pick<AddressView, "email">): Promise<Contact | null> {
    const { contacts } = await backend.contacts(email, 0, 20);
    return contacts.find((one) => one.email.toLowerCase() === email.toLowerCase()) ?? null;
  }

  /** Opens the form for somebody, with what is known already. */
  async edit(person: AddressView): Promise<void> {
    await attempt(
      this.find(person).then((known) => {
        const name = person.name.trim();
        this.edited = known ? { ...known, name: known.name || name } : freshContact(name, person.email);
      }),
    );
  }
}

export const contacting = new Contacting();
