// Asks a security key, puts its answer into a hidden field of the form, and sends the form. Nothing else runs a script
// here, and nothing but these pages loads this one. docs/adr/0019-security-keys.md
"use strict";

(() => {
  const place = document.getElementById("security-key");
  const form = place.closest("form");
  const field = form.elements.namedItem(place.dataset.field);
  const said = document.getElementById("security-key-said");

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const spelt = (buffer) => {
    const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const listed = (text) => text.split(" ").filter(Boolean);

  const asked = () =>
    navigator.credentials.get({
      publicKey: {
        challenge: bytes(place.dataset.challenge),
        rpId: place.dataset.host,
        userVerification: "required",
        timeout: 300000,
      },
    });
  const made = () =>
    navigator.credentials.create({
      publicKey: {
        challenge: bytes(place.dataset.challenge),
        rp: { id: place.dataset.host, name: document.title },
        // The key keeps these: they name nobody.
        user: { id: bytes(place.dataset.person), name: document.title, displayName: document.title },
        pubKeyCredParams: listed(place.dataset.algorithms).map((alg) => ({ type: "public-key", alg: Number(alg) })),
        excludeCredentials: listed(place.dataset.known).map((id) => ({ type: "public-key", id: bytes(id) })),
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        attestation: "none",
        // Whoever finds the key does not read from it, without its PIN, which places it opens.
        extensions: { credentialProtectionPolicy: "userVerificationRequired" },
        timeout: 300000,
      },
    });
  const answer = (found) =>
    (place.dataset.act === "create"
      ? [found.rawId, found.response.clientDataJSON, found.response.attestationObject]
      : [found.rawId, found.response.clientDataJSON, found.response.authenticatorData, found.response.signature]
    )
      .map(spelt)
      .join(".");

  const say = (text) => {
    said.textContent = text;
    said.hidden = text === "";
  };
  let waiting = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (waiting) return;
    if (!window.isSecureContext || !window.PublicKeyCredential || !navigator.credentials) {
      say(place.dataset.absent);
      return;
    }
    waiting = true;
    say(place.dataset.waiting);
    (place.dataset.act === "create" ? made() : asked())
      .then((found) => {
        field.value = answer(found);
        form.submit();
      })
      .catch((error) => {
        waiting = false;
        say(error.name === "InvalidStateError" ? place.dataset.twice : place.dataset.refused);
      });
  });
})();
