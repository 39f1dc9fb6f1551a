package cn.liuhen.shell

import cn.liuhen.shell.port.SavedState
import cn.liuhen.shell.rig.MapState
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test

class RouteTest {
    @Test
    fun a_route_comes_back_from_its_saved_text() {
        val route = Route(listOf(Place.TODAY, Place.CAPTURE, Place.GAP_SHEET))
        assertEquals("today/capture/gap_sheet", route.saved())
        assertEquals(route, Route.restored(route.saved()))
    }

    @Test
    fun a_text_that_is_no_route_is_none() {
        assertNull(Route.restored(null))
        assertNull(Route.restored(""))
        assertNull(Route.restored("today/elsewhere"))
    }

    @Test
    fun going_to_a_screen_that_is_open_goes_back_to_it() {
        val route = Route(listOf(Place.TODAY)).to(Place.CAPTURE).to(Place.REVIEW).to(Place.SIGN)
        assertEquals(listOf(Place.TODAY, Place.CAPTURE, Place.REVIEW), route.to(Place.REVIEW).places)
        assertEquals(Route(listOf(Place.TODAY)), Route(listOf(Place.TODAY)).back())
    }

    @Test
    fun every_step_is_kept_at_once() {
        val saved = MapState()
        Navigator(saved).run {
            only(Place.TODAY)
            to(Place.CAPTURE)
            to(Place.DOCUMENTS)
            back()
        }
        assertEquals(Place.CAPTURE, Navigator(saved).route.value.top)
    }

    @Test
    fun a_screen_is_kept_before_it_is_shown() {
        val kept = MapState()
        val shownThen = mutableListOf<Place>()
        lateinit var navigator: Navigator
        val watched = object : SavedState by kept {
            override fun set(key: String, value: String?) {
                shownThen += navigator.route.value.top
                kept[key] = value
            }
        }
        navigator = Navigator(watched)
        navigator.to(Place.CAPTURE)
        navigator.to(Place.DOCUMENTS)
        assertEquals(listOf(Place.TODAY, Place.CAPTURE), shownThen)
        assertEquals(Place.DOCUMENTS, Navigator(kept).route.value.top)
    }

    @Test
    fun whoever_is_not_signed_in_signs_in_and_goes_on_where_the_phone_was_left() {
        val navigator = Navigator(MapState()).apply { only(Place.TODAY, Place.CAPTURE) }
        navigator.settle(enrolled = true, signedIn = false)
        assertEquals(Place.SIGN_IN, navigator.route.value.top)
        navigator.settle(enrolled = true, signedIn = false)
        navigator.back()
        assertEquals(Place.CAPTURE, navigator.route.value.top)
    }

    @Test
    fun a_phone_in_the_partys_hand_stays_there_signed_in_or_not() {
        for (place in listOf(Place.REVIEW, Place.SIGN)) {
            for (signedIn in listOf(true, false)) {
                val navigator = Navigator(MapState()).apply { only(Place.TODAY, Place.CAPTURE, place) }
                navigator.settle(enrolled = true, signedIn = signedIn)
                assertEquals(place, navigator.route.value.top)
            }
        }
    }

    @Test
    fun a_phone_that_has_not_joined_can_only_join() {
        val navigator = Navigator(MapState()).apply { only(Place.TODAY, Place.SETTINGS) }
        navigator.settle(enrolled = false, signedIn = false)
        assertEquals(listOf(Place.ENROL), navigator.route.value.places)
    }
}
