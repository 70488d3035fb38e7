import { describe, expect, it } from "vitest";
import { useBackend } from "../backend";
import { mockBackend } from "../mock/backend";
import { Form, isLoopback, portFor } from "./form.svelte";

function begin(email = "alice@meadow.example", password = "correct") {
  const mock = mockBackend(new URLSearchParams("state=welcome"), 0);
  useBackend(mock);
  const form = new Form();
  form.name = "Alice Moreau";
  form.email = email;
  form.password = password;
  const called = (name: string) => mock.calls.filter(([one]) => one === name);
  return { form, called };
}

describe("the account form", () => {
  it("shows the servers before the password goes anywhere", async () => {
    const { form, called } = begin();
    await form.next();
    expect(form.step).toBe("found");
    expect(form.incoming).toMatchObject({ host: "imap.meadow.example", port: 993, security: "tls" });
    expect(JSON.stringify(called("discover"))).not.toContain("correct");
    expect(called("tryAccount")).toHaveLength(0);
  });

  it("tries, then keeps", async () => {
    const { form, called } = begin();
    await form.next();
    await form.next();
    expect([form.step, form.trial?.folders]).toEqual(["ready", 14]);
    expect(called("addAccount")).toHaveLength(0);
    expect(await form.finish()).toBe(1);
    expect(called("addAccount")).toHaveLength(1);
  });

  it("says what is missing before it asks anyone", async () => {
    for (const [email, password, field] of [["alice", "x", "email"], ["", "x", "email"], ["a@b", "", "password"]] as const) {
      const { form, called } = begin(email, password);
      await form.next();
      expect([form.wrong, called("discover").length]).toEqual([field, 0]);
    }
  });

  it("tells a wrong password, and goes on with the right one", async () => {
    const { form } = begin("alice@meadow.example", "wrong");
    await form.next();
    await form.next();
    expect([form.step, form.error?.code]).toEqual(["found", "wrong-password"]);
    form.password = "correct";
    form.changed();
    expect(form.error).toBeNull();
    await form.next();
    expect(form.step).toBe("ready");
  });

  it("accepts a certificate for the host that showed it, and no other", async () => {
    const { form } = begin("alice@private.example");
    await form.next();
    await form.next();
    expect(form.untrusted.map(({ side }) => side)).toEqual(["incoming", "outgoing"]);
    await form.trust("incoming", form.untrusted[0]!.certificate);
    expect(form.incoming.acceptedCertificate).not.toBeNull();
    expect(form.outgoing.acceptedCertificate).toBeNull();
    await form.trust("outgoing", form.untrusted[0]!.certificate);
    expect(form.step).toBe("ready");
  });

  it("asks once where one host shows one certificate twice", async () => {
    const { form } = begin("alice@private.example");
    form.edit();
    form.incoming.host = form.outgoing.host = "localhost";
    await form.next();
    await form.trust("incoming", form.untrusted[0]!.certificate);
    expect(form.step).toBe("ready");
  });

  it("opens the fields where nothing was found", async () => {
    const { form } = begin("alice@nowhere.example");
    await form.next();
    expect([form.manual, form.incoming.host, form.outgoing.port]).toEqual([true, "imap.nowhere.example", 465]);
  });

  it("can be filled by hand without any look-up", async () => {
    const { form, called } = begin();
    form.edit();
    form.incoming.host = "";
    await form.next();
    expect(form.wrong).toBe("incomingHost");
    form.incoming.host = " mail.meadow.example ";
    form.receiveOnly = true;
    await form.next();
    expect(called("discover")).toHaveLength(0);
    expect(called("tryAccount")[0]?.[1]).toMatchObject({ incoming: { host: "mail.meadow.example" }, outgoing: null });
  });

  it("forgets what it found when the address changes", async () => {
    const { form } = begin();
    await form.next();
    form.email = "bob@elsewhere.example";
    form.readdressed();
    expect([form.step, form.discovered]).toEqual(["fill", null]);
    await form.next();
    expect(form.incoming.host).toBe("imap.elsewhere.example");
  });
});

describe("servers", () => {
  it("have usual ports", () => {
    expect([portFor("incoming", "tls"), portFor("incoming", "startTls"), portFor("outgoing", "tls"), portFor("outgoing", "startTls")]).toEqual([993, 143, 465, 587]);
  });

  it.each([["localhost", true], ["127.0.0.1", true], ["::1", true], ["[::1]", true], ["127.example.org", false], ["localhost.evil.example", false], ["10.0.0.1", false]])("%s is this computer: %s", (host, is) => {
    expect(isLoopback(host)).toBe(is);
  });
});
