#pragma once
#include <stddef.h>
#include <stdint.h>

// Software keys for tests on Linux, where there is no CryptoKit. Every function returns 1, or 0 when it fails.

// Makes a P-256 key: private (PKCS #8) and public (SubjectPublicKeyInfo), both DER, at most 512 bytes each.
int keys_make(uint8_t *private_der, size_t *private_len, uint8_t *public_der, size_t *public_len);

// ECDSA with SHA-256 over a message; the signature is DER, at most 128 bytes.
int keys_sign(const uint8_t *private_der, size_t private_len, const uint8_t *message, size_t message_len, uint8_t *signature,
              size_t *signature_len);

// SHA-256 of a message.
int keys_sha256(const uint8_t *message, size_t message_len, uint8_t digest[32]);

// A certificate that signs itself, DER, at most 2048 bytes, with its SubjectPublicKeyInfo, at most 512. `kind` is a curve's name, "RSA"
// or "ED25519"; `version` is 0 for X.509 v1, which has no field for it, and 2 for v3.
int keys_certificate(const char *kind, long version, uint8_t *der, size_t *len, uint8_t *info_der, size_t *info_len);

// AES-256-GCM: `sealed` is nonce (12 bytes), ciphertext, tag (16 bytes).
int keys_seal(const uint8_t key[32], const uint8_t *plain, size_t plain_len, uint8_t *sealed);
int keys_open(const uint8_t key[32], const uint8_t *sealed, size_t sealed_len, uint8_t *plain);
