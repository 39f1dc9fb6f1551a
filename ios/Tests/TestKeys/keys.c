#include "keys.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <string.h>

static int put(int (*encode)(const EVP_PKEY *, unsigned char **), const EVP_PKEY *key, uint8_t *out, size_t *len) {
    if (encode(key, NULL) > 512) return 0;
    unsigned char *at = out;
    int written = encode(key, &at);
    *len = written > 0 ? (size_t)written : 0;
    return written > 0;
}

static int encode_private(const EVP_PKEY *key, unsigned char **out) {
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    int len = info ? i2d_PKCS8_PRIV_KEY_INFO(info, out) : -1;
    PKCS8_PRIV_KEY_INFO_free(info);
    return len;
}

int keys_make(uint8_t *private_der, size_t *private_len, uint8_t *public_der, size_t *public_len) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    int good = key && put(encode_private, key, private_der, private_len) && put(i2d_PUBKEY, key, public_der, public_len);
    EVP_PKEY_free(key);
    return good;
}

int keys_sign(const uint8_t *private_der, size_t private_len, const uint8_t *message, size_t message_len, uint8_t *signature,
              size_t *signature_len) {
    const unsigned char *at = private_der;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)private_len);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    *signature_len = 128;
    int good = key && context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
               EVP_DigestSign(context, signature, signature_len, message, message_len) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return good;
}

int keys_sha256(const uint8_t *message, size_t message_len, uint8_t digest[32]) {
    return SHA256(message, message_len, digest) != NULL;
}

static EVP_PKEY *make_key(const char *kind) {
    if (strcmp(kind, "RSA") == 0) return EVP_RSA_gen(2048);
    if (strcmp(kind, "ED25519") == 0) return EVP_PKEY_Q_keygen(NULL, NULL, kind);
    return EVP_EC_gen(kind);
}

int keys_certificate(const char *kind, long version, uint8_t *der, size_t *len, uint8_t *info_der, size_t *info_len) {
    EVP_PKEY *key = make_key(kind);
    X509 *certificate = X509_new();
    X509_NAME *name = certificate ? X509_get_subject_name(certificate) : NULL;
    const EVP_MD *hash = strcmp(kind, "ED25519") == 0 ? NULL : EVP_sha256();
    int good = key && name && put(i2d_PUBKEY, key, info_der, info_len) && X509_set_version(certificate, version) == 1 &&
               ASN1_INTEGER_set(X509_get_serialNumber(certificate), 0x7f00ff) == 1 &&
               X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"bureau", -1, -1, 0) == 1 &&
               X509_set_issuer_name(certificate, name) == 1 && X509_gmtime_adj(X509_getm_notBefore(certificate), 0) &&
               X509_gmtime_adj(X509_getm_notAfter(certificate), 86400) && X509_set_pubkey(certificate, key) == 1 &&
               X509_sign(certificate, key, hash) > 0 && i2d_X509(certificate, NULL) <= 2048;
    unsigned char *at = der;
    int written = good ? i2d_X509(certificate, &at) : -1;
    *len = written > 0 ? (size_t)written : 0;
    X509_free(certificate);
    EVP_PKEY_free(key);
    return written > 0;
}

int keys_seal(const uint8_t key[32], const uint8_t *plain, size_t plain_len, uint8_t *sealed) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int len = 0;
    uint8_t *body = sealed + 12;
    int good = context && RAND_bytes(sealed, 12) == 1 && EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, sealed) == 1 &&
               EVP_EncryptUpdate(context, body, &len, plain, (int)plain_len) == 1 &&
               EVP_EncryptFinal_ex(context, body + plain_len, &len) == 1 &&
               EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, body + plain_len) == 1;
    EVP_CIPHER_CTX_free(context);
    return good;
}

int keys_open(const uint8_t key[32], const uint8_t *sealed, size_t sealed_len, uint8_t *plain) {
    if (sealed_len < 28) return 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    size_t plain_len = sealed_len - 28;
    int len = 0;
    int good = context && EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, sealed) == 1 &&
               EVP_DecryptUpdate(context, plain, &len, sealed + 12, (int)plain_len) == 1 &&
               EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, (void *)(sealed + 12 + plain_len)) == 1 &&
               EVP_DecryptFinal_ex(context, plain + plain_len, &len) == 1;
    EVP_CIPHER_CTX_free(context);
    return good;
}
