package cn.liuhen.platform

import android.app.Activity
import android.hardware.biometrics.BiometricPrompt
import android.os.CancellationSignal
import kotlinx.coroutines.suspendCancellableCoroutine
import javax.crypto.Cipher
import kotlin.coroutines.resume

/** The system's own dialog for finger or face (Android 9 and later). */
internal class BiometricConfirmation(private val words: FingerWords) : Confirmation {
    override suspend fun confirm(activity: Activity, cipher: Cipher): Cipher? = suspendCancellableCoroutine { waiting ->
        val end = { confirmed: Cipher? -> if (waiting.isActive) waiting.resume(confirmed) }
        val dialog = BiometricPrompt.Builder(activity)
            .setTitle(words.title)
            .setNegativeButton(words.cancel, activity.mainExecutor) { _, _ -> end(null) }
            .build()
        val signal = CancellationSignal()
        waiting.invokeOnCancellation { signal.cancel() }
        val callback = object : BiometricPrompt.AuthenticationCallback() {
            override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult) {
                end(result.cryptoObject?.cipher)
            }

            override fun onAuthenticationError(errorCode: Int, errString: CharSequence?) {
                end(null)
            }
        }
        dialog.authenticate(BiometricPrompt.CryptoObject(cipher), signal, activity.mainExecutor, callback)
    }
}
