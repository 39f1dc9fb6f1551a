package cn.liuhen.platform

import cn.liuhen.core.Location
import cn.liuhen.core.Place
import cn.liuhen.core.PlaceAbsent
import cn.liuhen.core.Position

/** The phone's place as the core wants it. */
class CoreLocation(private val source: PlaceSource) : Location {
    override fun place(): Place = when (val reading = source.place()) {
        is PlaceReading.Fixed -> Place.Fixed(reading.fix.position())
        is PlaceReading.Stale -> Place.Stale(reading.fix.position(), reading.ageMs)
        is PlaceReading.Mock -> Place.Mock(reading.fix.position())
        PlaceReading.Denied -> Place.Denied
        is PlaceReading.Absent -> Place.Absent(
            when (reading.why) {
                PlaceReading.Why.OFF -> PlaceAbsent.OFF
                PlaceReading.Why.NO_SIGNAL -> PlaceAbsent.NO_SIGNAL
                PlaceReading.Why.NOT_ASKED -> PlaceAbsent.NOT_ASKED
            },
        )
    }

    private fun Fix.position() = Position(latE7, lonE7, accuracyCm, fixedAtMs)
}
