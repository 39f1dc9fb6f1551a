package cn.liuhen.shell

import cn.liuhen.core.ItemStage
import cn.liuhen.core.ItemStanding
import cn.liuhen.core.ReviewStage
import cn.liuhen.core.StorageForecast
import cn.liuhen.core.StorageLevel
import cn.liuhen.core.SyncPhase
import cn.liuhen.core.Choice as CoreChoice
import cn.liuhen.core.Gate as CoreGate
import cn.liuhen.core.ItemLine as CoreItem
import cn.liuhen.core.Media as CoreMedia
import cn.liuhen.core.Need as CoreNeed
import cn.liuhen.core.OfficerLine as CoreOfficer
import cn.liuhen.core.Text as CoreText

// What the core says, in the words of the screens. Nothing is decided here: a word of the core becomes a colour or a sign.

internal fun CoreText.said(): Sentence = Sentence(zh, en)

internal fun CoreChoice.said(): Choice = Choice(code, label.said())

internal fun List<CoreChoice>.said(): List<Choice> = map { it.said() }

internal fun CoreNeed.said(): Need = Need(code, sentence.said())

internal fun CoreGate.said(): Gate = Gate(allowed, missing.map { it.said() })

internal fun CoreOfficer.said(): OfficerLine = OfficerLine(officer, name, unit, certNo, whyNot?.said(), hasPin)

internal fun StorageForecast.said(): StorageLine =
    StorageLine(freeBytes, audioMinutesLeft, videoMinutesLeft, sentence.said(), level.tone())

internal fun StorageLevel.tone(): Tone = when (this) {
    StorageLevel.PLENTY -> Tone.PLAIN
    StorageLevel.LOW -> Tone.ATTENTION
    StorageLevel.FULL -> Tone.BAD
}

/** The condition to show above a screen, when space is not plenty. */
internal fun StorageForecast.condition(): Condition? = when (level) {
    StorageLevel.PLENTY -> null
    StorageLevel.LOW -> Condition.StorageLow(sentence.said(), full = false)
    StorageLevel.FULL -> Condition.StorageLow(sentence.said(), full = true)
}

internal fun CoreMedia.sign(): Media = when (this) {
    CoreMedia.PHOTO, CoreMedia.THUMBNAIL -> Media.PHOTO
    CoreMedia.AUDIO -> Media.AUDIO
    CoreMedia.VIDEO -> Media.VIDEO
    CoreMedia.OTHER -> Media.OTHER
}

internal fun CoreItem.tone(): Tone = when (standing) {
    ItemStanding.OVERDUE -> Tone.BAD
    ItemStanding.GRACE -> Tone.ATTENTION
    ItemStanding.KEPT, ItemStanding.OPEN -> stage.tone()
}

private fun ItemStage.tone(): Tone = when (this) {
    ItemStage.CAPTURED -> Tone.WORKING
    ItemStage.SEALED -> Tone.PLAIN
    ItemStage.PENDING -> Tone.WORKING
    ItemStage.STORED, ItemStage.HANDED_OVER -> Tone.GOOD
}

internal fun CoreItem.said(picture: Picture? = null): ItemLine = ItemLine(
    item = item,
    media = media.sign(),
    label = label.said(),
    recordedAtMs = recordedAtMs,
    durationMs = durationMs,
    stage = stageText.said(),
    tone = tone(),
    remark = standingText?.said(),
    thumbnail = picture,
)

internal fun SyncPhase.tone(): Tone = when (this) {
    SyncPhase.DONE -> Tone.GOOD
    SyncPhase.WAITING -> Tone.PLAIN
    SyncPhase.RUNNING -> Tone.WORKING
    SyncPhase.TROUBLE -> Tone.ATTENTION
}

/** How the party's review ended, in a sentence for whoever signed; absent while it goes on. */
internal fun ReviewStage.ended(): Sentence? = when (this) {
    ReviewStage.NONE, ReviewStage.ITEMS, ReviewStage.CONFIRMATION -> null
    ReviewStage.SIGNED -> Texts.Sign.Kept
    ReviewStage.REFUSED -> Texts.Sign.Noted
}
