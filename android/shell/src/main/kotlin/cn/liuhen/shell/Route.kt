package cn.liuhen.shell

import cn.liuhen.shell.port.SavedState
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/** A screen or a sheet. */
enum class Place(val party: Boolean = false) {
    ENROL,
    SIGN_IN,
    TODAY,
    SESSION_OPEN,
    CAPTURE,
    RECORDER,
    DOCUMENTS,

    /** In the party's hand: nothing else can be reached from here without an officer. */
    REVIEW(party = true),
    SIGN(party = true),
    GAP_SHEET,
    FAULT_SHEET,
    TRIGGER_SHEET,
    SYNC_STATUS,
    SETTINGS,
}

/** Where the officer is and how to get back: the only navigation state. */
data class Route(val places: List<Place>) {
    init {
        require(places.isNotEmpty()) { "a route has a screen" }
    }

    /** The screen that is shown. */
    val top: Place get() = places.last()

    /** One screen further; a screen that is already under way is gone back to. */
    fun to(place: Place): Route {
        val at = places.indexOf(place)
        return if (at >= 0) Route(places.take(at + 1)) else Route(places + place)
    }

    /** One screen back; the first one stays. */
    fun back(): Route = if (places.size > 1) Route(places.dropLast(1)) else this

    /** The route as a short text. */
    fun saved(): String = places.joinToString("/") { it.name.lowercase() }

    companion object {
        /** The route in a text that [saved] made; null when it is none. */
        fun restored(text: String?): Route? {
            val places = text?.split('/')?.map { name -> Place.entries.find { it.name.lowercase() == name } ?: return null }
            return places?.takeIf { it.isNotEmpty() }?.let(::Route)
        }
    }
}

/** Moves along the route and keeps it, so that the process may die at any moment. */
class Navigator(private val saved: SavedState) {
    private val places = MutableStateFlow(Route.restored(saved[KEY]) ?: Route(listOf(Place.TODAY)))

    /** Where the officer is. */
    val route: StateFlow<Route> = places.asStateFlow()

    /** Goes to a screen. */
    fun to(place: Place): Unit = set(places.value.to(place))

    /** Goes back. */
    fun back(): Unit = set(places.value.back())

    /** Begins anew at a screen; there is no way back from it. */
    fun only(vararg places: Place): Unit = set(Route(places.toList()))

    /** Kept before it is shown: whoever sees the screen may have the process killed at once. */
    private fun set(route: Route) {
        saved[KEY] = route.saved()
        places.value = route
    }

    /**
     * Puts the route right after a start: who has not joined joins, who is not signed in signs in (and goes on where the
     * phone was left), and a phone that was in the party's hand still is.
     */
    fun settle(enrolled: Boolean, signedIn: Boolean) {
        val route = places.value
        val settled = when {
            !enrolled -> Route(listOf(Place.ENROL))
            route.top.party -> route
            !signedIn -> Route(route.places.filter { it != Place.ENROL && it != Place.SIGN_IN }.ifEmpty { listOf(Place.TODAY) } + Place.SIGN_IN)
            route.top in BEFORE_WORK -> Route(listOf(Place.TODAY))
            else -> route
        }
        set(settled)
    }

    private companion object {
        const val KEY = "route"
        val BEFORE_WORK = setOf(Place.ENROL, Place.SIGN_IN)
    }
}
